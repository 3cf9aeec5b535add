//! Draft.
mod guest { pub mod bindings; pub mod wasi { pub struct StreamFault; pub struct Pollable; pub struct ClosedInput; pub struct LogOutput; } }
