package page

import "net/url"

// DepartmentPath is the address of the dossier of a department.
func DepartmentPath(name string) string { return "/departments/" + url.PathEscape(name) }
