-- The newest comes last, for a form may have two rows until they are merged.
SELECT toString(form) AS of, print, packed
FROM evidence
PREWHERE part = {part:String} AND print IN {prints:Array(UInt64)}
ORDER BY form, made
