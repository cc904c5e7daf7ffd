// Package archive turns a zip from a stranger into a tree of files, or says
// what is wrong with it; and turns a tree into a canonical zip.
//
// Zip readers disagree about malformed archives: some trust the directory at
// the end, others the header before each file, some the last of two entries
// with one name, others the first. Whoever scans with one reader and runs with
// another can be shown two different plugins. Open therefore accepts only
// archives about which there is nothing to disagree: it walks every byte from
// first to last, demands that each belongs to exactly one record and that what
// is said twice is the same, asks archive/zip for a second opinion, and reads
// every file to its end. What it accepts is a Tree, an fs.FS; and archive/zip,
// Python's zipfile and Info-ZIP's unzip extract the same from it, which the fuzz
// targets hold it to. Where one of the three stumbles over something legal, that
// is refused too, with what to do instead.
//
// The nouns: a record is one entry's place in the archive, with the local
// header before its content and the central header in the directory at the
// end. A rule has a stable code, archive.<word>, and a sentence that says what
// would be right; Rules lists them. A finding is one broken rule at one entry.
// Junk is what people's tools add unasked (.DS_Store and the like): it is
// dropped, not refused.
//
// Verdicts depend on the archive's bytes alone. Sizes that an archive declares
// are never believed before they are counted, and nothing is allocated by
// them; memory stays small whatever the archive.
//
// What a file is, is told by its bytes rather than its name: programs, bytecode,
// libraries and archives. Archives that a plugin carries as data are looked into
// only to see whether they are bombs. The package knows nothing of manifests,
// and never writes to disk.
package archive
