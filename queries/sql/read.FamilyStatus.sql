SELECT toString(family), toString(status), count() FROM findings FINAL GROUP BY family, status
