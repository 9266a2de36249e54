"""The lexical index: tantivy finds candidates, BM25 over what is readable scores them."""
