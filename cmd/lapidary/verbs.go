package main

import "github.com/spf13/cobra"

// verbs lists the commands in the order the help shows them.
func verbs() []*cobra.Command {
	return []*cobra.Command{
		quickstartVerb(), trainVerb(), generateVerb(), chatVerb(), mergeVerb(), dataVerb(), evalVerb(),
		tokenizeVerb(), scoreVerb(), inspectVerb(), initVerb(), planVerb(), benchVerb(), versionVerb(),
	}
}
