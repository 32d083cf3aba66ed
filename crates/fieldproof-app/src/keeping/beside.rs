//! Tasks beside each other, as many as there is room for.

use std::future::Future;

use fieldproof_store::StoreError;
use tokio::task::JoinSet;

use super::{
    KeepingError,
    ahead::{AT_ONCE, MOST_BYTES, joined},
};

/// Bytes that all of them together may keep in memory. One that needs more runs alone.
const MOST_TOGETHER: u64 = AT_ONCE as u64 * MOST_BYTES;

/// Tasks that run beside each other and each count something. Dropped before [`Beside::finish`], it stops them.
#[derive(Default)]
pub(super) struct Beside {
    running: JoinSet<(u64, Result<u64, StoreError>)>,
    bytes: u64,
    count: u64,
}

impl Beside {
    /// Starts a task that keeps `bytes` in memory, as soon as there is room for it.
    ///
    /// # Errors
    /// That of a task that has failed meanwhile; none runs any more then.
    pub(super) async fn start(
        &mut self,
        bytes: u64,
        task: impl Future<Output = Result<u64, StoreError>> + Send + 'static,
    ) -> Result<(), KeepingError> {
        while self.running.len() >= AT_ONCE || (self.bytes > 0 && self.bytes + bytes > MOST_TOGETHER) {
            self.wait_for_one().await?;
        }
        self.bytes += bytes;
        self.running.spawn(async move { (bytes, task.await) });
        Ok(())
    }

    /// What those that have ended have counted.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Waits for all of them; answers what they have counted.
    ///
    /// # Errors
    /// That of the first that failed; none runs any more then.
    pub(super) async fn finish(&mut self) -> Result<u64, KeepingError> {
        while !self.running.is_empty() {
            self.wait_for_one().await?;
        }
        Ok(self.count)
    }

    async fn wait_for_one(&mut self) -> Result<(), KeepingError> {
        if let Some(ended) = self.running.join_next().await {
            let (bytes, result) = joined(ended);
            self.bytes -= bytes;
            match result {
                Ok(count) => self.count += count,
                Err(error) => {
                    // Not cut off in the middle: what they have begun to write would be left.
                    while self.running.join_next().await.is_some() {}
                    return Err(error.into());
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    };

    use super::*;

    /// Starts tasks of these sizes; answers the most that ran at once, and the most bytes that they kept.
    async fn most_of(sizes: &[u64]) -> (u64, u64) {
        let now = [(); 2].map(|()| Arc::new(AtomicU64::new(0)));
        let most = [(); 2].map(|()| Arc::new(AtomicU64::new(0)));
        let mut beside = Beside::default();
        for size in sizes {
            let (now, most, size) = (now.clone(), most.clone(), *size);
            let task = async move {
                for (index, more) in [1, size].into_iter().enumerate() {
                    most[index].fetch_max(now[index].fetch_add(more, Ordering::SeqCst) + more, Ordering::SeqCst);
                }
                for _ in 0..20 {
                    tokio::task::yield_now().await;
                }
                for (index, less) in [1, size].into_iter().enumerate() {
                    now[index].fetch_sub(less, Ordering::SeqCst);
                }
                Ok(1)
            };
            beside.start(size, task).await.unwrap();
        }
        assert_eq!(beside.finish().await.unwrap(), sizes.len() as u64);
        most.map(|most| most.load(Ordering::SeqCst)).into()
    }

    #[tokio::test]
    async fn there_is_room_for_sixteen_photos_or_one_large_file() {
        assert_eq!(most_of(&[10; 100]).await, (AT_ONCE as u64, 10 * AT_ONCE as u64));
        let (half, huge) = (MOST_TOGETHER / 2, MOST_TOGETHER * 4);
        assert_eq!(most_of(&[half; 10]).await, (2, MOST_TOGETHER));
        assert_eq!(most_of(&[huge; 3]).await, (1, huge));
        assert_eq!(most_of(&[huge, 10, 10, huge]).await, (2, huge));
    }

    #[tokio::test]
    async fn the_first_failure_is_told_when_the_others_have_ended() {
        let (mut beside, ended) = (Beside::default(), Arc::new(AtomicU64::new(0)));
        for number in 0..3 {
            let (failure, ended) = (StoreError::Aside(std::io::Error::other("no room")), Arc::clone(&ended));
            let task = async move {
                if number == 1 {
                    return Err(failure);
                }
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                Ok(ended.fetch_add(1, Ordering::SeqCst))
            };
            beside.start(1, task).await.unwrap();
        }
        assert!(beside.finish().await.is_err());
        assert_eq!(ended.load(Ordering::SeqCst), 2);
    }
}
