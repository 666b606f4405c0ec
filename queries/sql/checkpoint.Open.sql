SELECT checkpoint, batch, open_batch, open_from, open_to FROM checkpoints FINAL WHERE source = {source:String}
