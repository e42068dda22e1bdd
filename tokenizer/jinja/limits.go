package jinja

// Budgets of one template.
const (
	maxSource = 1 << 20 // bytes of a template
	maxNest   = 64      // blocks or parentheses in one another; macro calls in one another
	maxChain  = 1000    // operators or filters in one chain
	maxSteps  = 5_000_000
	// What costs more than a step counts for several, so that the budget is about a second on any machine of today.
	stepsPerScope = 8 // an iteration of a loop
	stepsPerPart  = 8 // a part of a join, split or replace

	maxBytes  = 64 << 20 // of all strings made on the way
	maxOutput = 16 << 20
	maxRange  = 100_000
	maxList   = 1_000_000 // elements of one list
)
