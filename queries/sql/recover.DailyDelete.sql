ALTER TABLE usage_daily DELETE WHERE day BETWEEN {from:Date} AND {to:Date} SETTINGS mutations_sync = 2
