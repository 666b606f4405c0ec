SELECT id, toString(detector), toString(status), first_seen FROM findings FINAL
