SELECT policy FROM analyses ORDER BY run DESC LIMIT 1
