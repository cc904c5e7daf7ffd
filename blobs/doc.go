// Package blobs keeps archives as they were uploaded, byte for byte, in a
// local folder.
//
// A Store maps keys to blobs. A key is a slash-separated path of safe segments
// (uploads/plu_01, archives/ns_a/text_embed/1.0.0.zip) and is also where the
// blob lies below the store's folder, so that an operator finds it with ls. A
// blob is written once: Put makes a new file and renames it into place, never
// changes one that exists. Whoever has a blob open keeps its bytes whatever
// happens to the key, and a second key given by Link keeps them too.
//
// What a call has acknowledged survives power loss: data is synced before the
// rename, the folder after it. A call that fails leaves nothing behind but, on
// a crash, a temporary file that the next Open sweeps away.
//
// A Signer makes and checks the query of a presigned URL: a Grant to move one
// blob one way, until some time. It knows nothing of the Store.
//
// The package does not look into archives, know about plugins or speak HTTP.
package blobs
