INSERT INTO checkpoints (source, checkpoint, batch, open_batch, open_from, open_to, updated)
SELECT {source:String}, {checkpoint:String}, {batch:UInt64}, {open:UInt64}, {from:Date}, {to:Date}, now64(6)
