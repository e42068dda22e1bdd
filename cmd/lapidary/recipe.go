package main

import (
	"github.com/spf13/pflag"

	"lapidary/finetune"
)

// applyRecipe begins from the recipe that a flag or the run file names, and puts the run file and the flags on top of it
// again: flags win over the file, and the file over the recipe.
func applyRecipe(fs *pflag.FlagSet, o *trainOptions) error {
	if o.Recipe == "" {
		return nil
	}
	base, err := finetune.Recipe(o.Recipe)
	if err != nil {
		return usagef("%v%s", err, didYouMean(o.Recipe, finetune.Recipes()))
	}
	given := map[string]string{}
	fs.Visit(func(f *pflag.Flag) { given[f.Name] = f.Value.String() })
	o.Options = base
	for name, value := range given {
		if err := fs.Set(name, value); err != nil {
			return usagef("--%s: %v", name, err)
		}
	}
	if o.Config == "" {
		return nil
	}
	return readRunFile(fs, o.Config, o)
}
