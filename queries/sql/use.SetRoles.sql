INSERT INTO use_roles (run, system, object, action, formed, role)
