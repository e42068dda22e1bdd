// Package literal reads and writes the values of function-calling data: JSON, and Python literals as they stand in
// data sets that were made with str(). Objects keep the order of their keys and numbers their value whatever their
// size, so that what is read can be written again as Python's json.dumps or repr would write it.
//
// It imports nothing of this module.
//
// Reading order: value.go, json.go, python.go, write.go.
package literal
