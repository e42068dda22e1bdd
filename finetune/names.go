package finetune

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"lapidary/lora"
)

// isExpression tells a regular expression, or the word all-linear, from a module's name: names hold no such characters.
func isExpression(s string) bool {
	return strings.EqualFold(s, lora.AllLinear) || strings.ContainsAny(s, `*+?()[]|\^$`)
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
