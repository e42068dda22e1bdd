// Package finetune is the whole job for a Go program: open a model, train it on conversations, use it, merge it.
//
// It joins what the other rooms keep apart: gemma2 and lora meet in a Session, the text wing and the numbers wing in
// Run. It holds choices and defaults, and no mathematics.
//
//	o := finetune.DefaultOptions()
//	o.Model, o.Data, o.OutputDir = "gemma-2-2b-it", []string{"calls.jsonl"}, "adapter"
//	job, err := finetune.Prepare(ctx, o)
//	if err != nil { … }
//	defer job.Close()
//	summary, err := job.Run(ctx, train.Hooks{})
//
// It may import every room below cmd. Read options.go, recipe.go, session.go, prepare.go, store.go, then merge.go; evalloss.go
// and evalcalls.go measure a session, evaltrain.go does so while it is trained.
package finetune
