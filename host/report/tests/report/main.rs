//! Every form of the report of one sample run.
