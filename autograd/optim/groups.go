package optim

import (
	"regexp"
	"strings"
)

// noDecay are the names that weight decay passes over, from transformers' Trainer.get_decay_parameter_names.
var noDecay = regexp.MustCompile(`bias|layernorm|rmsnorm|(?:^|\.)norm(?:$|\.)|_norm(?:$|\.)`)

// Decays reports whether weight decay applies to a parameter of this name: to every adapter matrix, embedding and
// projection, not to norms and biases.
func Decays(name string) bool { return !noDecay.MatchString(strings.ToLower(name)) }
