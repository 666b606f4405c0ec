INSERT INTO notices (id, channel, recipient, account, subject, body, content, state, attempts, next, error, created, updated)
