//! The server at its boundary: a raw request in, the whole exchange out, and the state afterwards. One binary; below
//! `routes` the files mirror the paths.

mod concurrency;
//mod faults;
//mod limits;
//mod matrix;
//mod precedence;
mod routes;
mod world;
