// Command lapidary fine-tunes Gemma-2 with LoRA on CPUs. Each verb has a file of its name: flags, then a config
// struct, then one call into the library. Only this package prints, exits, reads flags and the environment.
//
// Read main.go, options.go, then any verb.
package main
