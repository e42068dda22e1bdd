// Package optim moves parameters: AdamW with decay groups, clipping by the global norm, and the learning-rate
// schedules of transformers.
//
// One rule stands above the arithmetic: a step that would write anything non-finite writes nothing. AdamW.Step looks
// at the rate, the gradients and its own state first, and says what is wrong instead of spoiling the parameters.
//
// It may import autograd, autograd/nn, tensor and kernels.
//
// Read adamw.go, groups.go, state.go, then schedule.go.
package optim
