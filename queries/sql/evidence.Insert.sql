INSERT INTO evidence (form, part, print, oldest, packed, made)
