package queries

import "time"

// AuditEntry is one line of the audit trail: who did what to what, when and from where. It holds no evidence and no secret.
type AuditEntry struct {
	At      time.Time
	Account string // empty for a stranger, for the clock "clock", for the command line "cli:USER"
	Token   string // id of the API token that spoke for the account
	Action  string // evidence.read, export, decision, denied, signin, signin.failed, signout, account.*, config.*, …
	Object  string // what it was done to: the request line, an account, a case
	Detail  string // outcome or reason, in plain words for people
	Address string // of the client, without port
}
