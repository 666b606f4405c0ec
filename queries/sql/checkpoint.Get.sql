SELECT checkpoint FROM checkpoints FINAL WHERE source = {source:String}
