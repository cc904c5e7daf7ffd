// Package vectors keeps a namespace's vectors: which there are (name,
// dimension, metric), their points, and exact search over them.
//
// It is one SQLite file of its own, beside the database of the service: what
// is stored here is bulk that its users can make again, its writes must not
// wait in line with deployments, and a vector database (Qdrant, say) can stand
// in its place one day. The methods of Store are shaped for that: no cursor, no
// transaction and no row shows in them, a batch of points is one call, and a
// filter is a set of equal fields.
//
// The nouns: a Vector is a named space of one dimension and one metric; a
// Point is an id with its floats and a payload, a JSON object; a Hit is a point
// that a search found. Search is exact: every point is compared. To be fast it
// holds the floats of the vectors searched last in memory (Config.CacheBytes);
// what does not fit is read from the file each time and is slower, not wrong.
package vectors
