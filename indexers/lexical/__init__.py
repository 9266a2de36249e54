"""The index of words: terms from tantivy's analysers, exact BM25 over what is readable."""
