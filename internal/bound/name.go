package bound

import (
	"errors"
	"fmt"
	"strings"
)

// ErrName marks a name that may not become part of a path.
var ErrName = errors.New("not a plain file name")

// maxComponent is the longest file name that the usual file systems take.
const maxComponent = 255

// Component checks that a name that was read from a file or a request can be joined under a directory: one path
// component of letters, digits, dot, underscore and hyphen, the same on every system. Names that mean a device or
// lose a character on Windows are refused everywhere, so that a directory can be copied.
func Component(name string) error {
	reason := ""
	switch {
	case name == "":
		reason = "empty"
	case len(name) > maxComponent:
		reason = "too long"
	case name == "." || name == "..":
		reason = "a directory"
	case strings.HasSuffix(name, "."):
		reason = "ends in a dot"
	case isDevice(name):
		reason = "a device name"
	}
	for i := 0; i < len(name) && reason == ""; i++ {
		if !isPlain(name[i]) {
			reason = fmt.Sprintf("byte %d is not one of A-Z a-z 0-9 . _ -", i)
		}
	}
	if reason == "" {
		return nil
	}
	return fmt.Errorf("%w: \"%s\": %s", ErrName, Escape(name, 80), reason)
}

func isPlain(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-'
}

// isDevice reports a name that Windows takes for a device, whatever its extension.
func isDevice(name string) bool {
	stem, _, _ := strings.Cut(strings.ToLower(name), ".")
	switch stem {
	case "con", "prn", "aux", "nul":
		return true
	}
	if len(stem) == 4 && (stem[:3] == "com" || stem[:3] == "lpt") {
		return stem[3] >= '0' && stem[3] <= '9'
	}
	return false
}
