//! The syncer: a thread that makes commits durable and then answers their jobs, while the writer runs the next ones.
//!
//! SQLite commits without a sync (`synchronous=NORMAL`), and this thread syncs the write-ahead log. The durability is
//! that of `synchronous=FULL`, whose commits leave the processor idle while they wait for the disk.

use super::commits::{Commits, not_synced};
use super::task::Task;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use tanzanite_crm::StoreError;

/// Commits that may wait during a sync. Beyond that the writer waits, and its next commit is larger.
const WAITING_MAX: usize = 1;

/// Jobs whose transaction has ended.
pub(super) struct Group {
    /// The commit's number, if there was something to commit.
    pub(super) number: Option<u64>,
    pub(super) tasks: Vec<Box<dyn Task>>,
    /// Whether the commit succeeded.
    pub(super) ended: Result<(), StoreError>,
}

/// The writer's interface to the thread.
pub(super) struct Syncer {
    queue: Option<SyncSender<Group>>,
    thread: Option<JoinHandle<()>>,
}

impl Syncer {
    /// Starts the thread. `sync` syncs the log.
    pub(super) fn start(
        sync: impl Fn() -> io::Result<()> + Send + 'static,
        commits: Arc<Commits>,
    ) -> io::Result<Self> {
        let (queue, receiver) = sync_channel(WAITING_MAX);
        let thread = std::thread::Builder::new()
            .name("tanzanite-syncer".to_owned())
            .spawn(move || run(&receiver, &sync, &commits))?;
        Ok(Self {
            queue: Some(queue),
            thread: Some(thread),
        })
    }

    pub(super) fn hand_over(&self, group: Group) {
        // Without the thread nothing is synced, so no job may succeed: dropping the tasks reports that.
        if let Some(queue) = &self.queue {
            let _ = queue.send(group);
        }
    }
}

impl Drop for Syncer {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take() {
            // If it has panicked, the waiting jobs have been told.
            let _ = thread.join();
        }
    }
}

fn run(receiver: &Receiver<Group>, sync: &dyn Fn() -> io::Result<()>, commits: &Commits) {
    let mut failed = false;
    while let Ok(first) = receiver.recv() {
        let mut groups = vec![first];
        groups.extend(receiver.try_iter());
        let newest = groups.iter().filter_map(|group| group.number).max();
        if let Some(number) = newest
            && !failed
        {
            // After a failed sync the system may have discarded the data, and a second sync would falsely succeed.
            match sync() {
                Ok(()) => commits.synced(number),
                Err(error) => {
                    tracing::error!(%error, "the write-ahead log could not be synced");
                    failed = true;
                    commits.sync_failed();
                }
            }
        }
        for Group { tasks, ended, .. } in groups {
            let outcome = if failed { Err(not_synced()) } else { ended };
            for task in tasks {
                task.answer(outcome.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::mpsc;

    struct Told(mpsc::Sender<bool>);

    impl Task for Told {
        fn reads(&self) -> bool {
            false
        }

        fn run(&mut self, _: &mut dyn tanzanite_crm::Transaction) -> bool {
            true
        }

        fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
            // The receiver is the test.
            let _ = self.0.send(committed.is_ok());
        }
    }

    #[test]
    fn nothing_is_acknowledged_after_a_sync_has_failed() {
        let works = Arc::new(AtomicBool::new(true));
        let sync = {
            let works = Arc::clone(&works);
            move || {
                if works.load(Ordering::SeqCst) {
                    Ok(())
                } else {
                    Err(io::Error::other("a broken disk"))
                }
            }
        };
        let commits = Arc::new(Commits::new());
        let syncer = Syncer::start(sync, Arc::clone(&commits)).expect("a thread");
        let (told, listens) = mpsc::channel();
        let commit = |number| {
            syncer.hand_over(Group {
                number: Some(number),
                tasks: vec![Box::new(Told(told.clone()))],
                ended: Ok(()),
            });
            listens.recv().expect("an answer")
        };
        assert!(commit(1));
        works.store(false, Ordering::SeqCst);
        assert!(!commit(2), "its sync failed");
        works.store(true, Ordering::SeqCst);
        assert!(!commit(3), "a sync that works again proves nothing");
    }
}
