//! The encoder against vectors that the model's own program gave. Needs the model: BEIAN_TEST_MODEL names a data folder in which
//! `beian model install` was run.
