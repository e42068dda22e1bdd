// Package demo is the tiny Gemma-2 that needs no download: its language, its tokenizer, its pretraining corpus, and the
// function-calling task that it is fine-tuned on.
//
// The language is small enough to be learned on two cores, and built so that what is measured is not recall: nouns,
// parameters and values are mostly invented words of several pieces, and whole classes of them (see Axis) never occur
// in training. The base model learns to chat, to copy, to name the tool that fits a request and to say when none does;
// it never sees a function call. Those are what fine-tuning adds.
//
// Reading order: words.go (the vocabulary and what is held out), tools.go (tools and requests), dialogue.go (kinds of
// conversation), copying.go (random rows that teach copying), binding.go (random tools, which must be read), text.go
// (tokenizer and template), corpus.go (rows by number), shape.go (the model), score.go (how skills are measured). It may
// import every room below cmd; demo/pretrain is the command that makes a checkpoint.
package demo
