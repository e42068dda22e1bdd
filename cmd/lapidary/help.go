package main

// help describes every option, by its name in a run file. A test fails for an option without a line here.
var help = map[string]string{}
