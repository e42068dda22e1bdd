package main

import "strings"

// joinValues lets flags with an optional value be followed by it: --packing true, --resume-from-checkpoint latest. The
// flag library takes such values after "=" only.
func joinValues(args []string) []string {
	var out []string
	for i := 0; i < len(args); i++ {
		a := args[i]
		name, isFlag := strings.CutPrefix(a, "--")
		if isFlag && !strings.Contains(name, "=") && i+1 < len(args) && takesValue(name, args[i+1]) {
			a += "=" + args[i+1]
			i++
		}
		out = append(out, a)
	}
	return out
}

func takesValue(name, next string) bool {
	if next == "true" || next == "false" {
		return true
	}
	return string(flagName(nil, name)) == "resume-from-checkpoint" && !strings.HasPrefix(next, "-")
}
