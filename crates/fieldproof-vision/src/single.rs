//! One core for one call.
//!
//! The JPEG decoder and rten spread their work over a rayon pool as large as the machine. The caller has a pool of
//! workers already, and N workers times N threads would only fight. So each calling thread gets a pool of one thread,
//! and what would be parallel runs there in order. The pool lives as long as the calling thread.

use std::sync::Arc;

use rten::ThreadPool;

thread_local! {
    static POOL: Arc<ThreadPool> = Arc::new(ThreadPool::with_num_threads(1));
}

/// The calling thread's pool.
pub(crate) fn pool() -> Arc<ThreadPool> {
    POOL.with(Arc::clone)
}

/// Runs `work` where every parallel iterator in it finds only one thread. A panic in `work` reaches the caller.
pub(crate) fn run<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    pool().run(work)
}
