//! Where secrets come from: the environment, or a file. Read when a request needs one, given to the host, kept nowhere.
