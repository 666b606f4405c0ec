INSERT INTO case_files (sha256, part, bytes, stored)
