package main

import (
	"errors"
	"strings"

	"lapidary/finetune"
)

// given is a flag that a verb cannot do without.
type given struct{ name, value string }

// needFlags names every flag that is missing.
func needFlags(flags ...given) error {
	var missing []string
	for _, f := range flags {
		if f.value == "" {
			missing = append(missing, "--"+f.name)
		}
	}
	if len(missing) > 0 {
		return usagef("%s missing", strings.Join(missing, ", "))
	}
	return nil
}

// openSession opens a model and reports what is wrong with its files as bad input.
func openSession(model, adapter string, m finetune.Machine) (*finetune.Session, error) {
	if err := m.Validate(); err != nil {
		return nil, coded{exitUsage, err}
	}
	s, err := finetune.Open(model, adapter, m)
	if err != nil {
		return nil, badInput(err)
	}
	if s.Adapter != nil {
		for _, w := range s.Adapter.Warnings {
			warn(errors.New(w))
		}
	}
	return s, nil
}
