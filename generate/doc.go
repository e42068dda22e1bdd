// Package generate continues texts: it feeds prompts to a model, chooses each next token, and stops where told. Texts
// are served side by side, so that one pass over the weights moves all of them; a text that ends makes room for the
// next one waiting.
//
// Choice is greedy or sampled; a sample is a pure function of (seed, the request's key, position), so that it does not
// depend on which other texts are being served.
//
// The model is an interface declared here. The package may import kernels, for its counter-based generator, and no
// model. Read options.go, run.go, sample.go.
package generate
