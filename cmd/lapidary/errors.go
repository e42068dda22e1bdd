package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"

	"lapidary/finetune"
	"lapidary/train"
)

// Exit codes: the contract with scripts.
const (
	exitInternal = 1
	exitUsage    = 2
	exitInput    = 3
	exitResource = 4
	exitSave     = 5
	exitDiverged = 6
)

// coded is an error that knows its exit code. Library errors get theirs where a verb hands them on.
type coded struct {
	code int
	err  error
}

func (c coded) Error() string { return c.err.Error() }
func (c coded) Unwrap() error { return c.err }

// usagef is a mistake on the command line or in a run file.
func usagef(format string, args ...any) error {
	return coded{exitUsage, fmt.Errorf(format, args...)}
}

// badInput marks an error about what was read: files, rows, fields.
func badInput(err error) error {
	if err == nil {
		return nil
	}
	var c coded
	if errors.As(err, &c) || errors.Is(err, context.Canceled) {
		return err
	}
	return coded{exitInput, err}
}

// errSilent ends a verb whose output has said everything.
var errSilent = errors.New("already reported")

// interrupted is the cause of a context that a signal cancelled.
type interrupted struct{ sig os.Signal }

func (i interrupted) Error() string { return fmt.Sprintf("interrupted (%v)", i.sig) }

func (i interrupted) code() int {
	if i.sig == syscall.SIGTERM {
		return 143
	}
	return 130
}

// exitCode maps an error to the contract's codes.
func exitCode(err error) int {
	var sig interrupted
	var c coded
	switch {
	case errors.As(err, &sig):
		return sig.code()
	case errors.As(err, &c):
		return c.code
	case errors.Is(err, os.ErrNotExist), errors.Is(err, os.ErrPermission), errors.Is(err, syscall.ENOTDIR):
		return exitInput
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return exitSave
	}
	return exitInternal
}

// saveFailed marks an error of writing results.
func saveFailed(err error) error {
	if err == nil {
		return nil
	}
	return coded{exitSave, err}
}

// trainingError gives the errors of a run their exit codes. A save that failed counts for more than the signal that
// caused it.
func trainingError(err error) error {
	var save *train.SaveError
	var resource *train.ResourceError
	var memory *finetune.MemoryError
	var diverged *train.DivergedError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &save):
		return coded{exitSave, err}
	case errors.As(err, &resource), errors.As(err, &memory):
		return coded{exitResource, err}
	case errors.As(err, &diverged):
		return coded{exitDiverged, err}
	}
	var mismatch *train.MismatchError
	var occupied *train.OccupiedError
	var checkpoint *train.CheckpointError
	if errors.As(err, &mismatch) || errors.As(err, &occupied) || errors.As(err, &checkpoint) {
		return coded{exitInput, err}
	}
	return err
}
