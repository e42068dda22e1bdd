// Package train is the training loop: batches in, steps, evaluations, metrics and checkpoints out.
//
// It knows its model through two small interfaces, Model and Store; a second architecture does not touch this
// package. Everything that decides a result is a function of the configuration, the data and the step: the order of
// the rows, the randomness of dropout, the learning rate. A run that was killed and resumed therefore ends with the
// same bits as one left alone.
//
// It may import autograd and its sub-packages, tensor, kernels and the internal packages; never model/gemma2 or lora.
// Only the caller prints: what happens is told through Hooks.
//
// Read run.go and step.go first: the run on one screen, the step on another. Then plan.go (what happens when),
// batch.go (which rows), state.go and checkpoint.go (what is saved), resume.go (what is checked), metrics.go and
// tensorboard.go (what is logged).
package train
