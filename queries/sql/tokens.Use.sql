INSERT INTO token_uses (id, last)
