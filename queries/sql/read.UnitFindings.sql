SELECT unit, count() FROM findings FINAL ARRAY JOIN units AS unit WHERE status IN ('open', 'assigned') GROUP BY unit
