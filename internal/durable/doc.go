// Package durable is the one way files are written. After a function here returns nil, what it wrote survives a
// crash and a power cut; before it returns, a reader sees the old state or nothing, never a part.
//
// A file: temporary in the same directory, write, fsync, close, rename, fsync of the parent directory. A directory
// (a checkpoint): temporary directory beside it, files written and fsynced, a manifest with their sizes and SHA-256,
// fsync of the temporary directory, rename, fsync of the parent. Nothing old is deleted before the new is durable,
// and deleting begins with a rename to a trash name, so that half a checkpoint is never taken for a whole one. A
// failed fsync is final: the pages may have been dropped and marked clean, so a second fsync could report success
// over lost data; the file is discarded and written anew.
//
// Errors wrap the operating system's and name the path; IsNoSpace tells a full disk from other failures.
//
// It imports internal/bound, and golang.org/x/sys for locks.
//
// Read file.go, dir.go and manifest.go, then stream.go, log.go, lock.go, sweep.go; fs.go is the thin layer that tests replace.
package durable
