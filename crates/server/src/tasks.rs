//! The one place that starts tasks: each has a name, hears when to stop, and is waited for at shutdown.

use std::future::Future;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// The tasks of the server.
#[derive(Debug)]
pub(crate) struct Tasks {
    running: JoinSet<()>,
    stop: watch::Sender<bool>,
}

/// Tells a task when to stop. Clones tell the same.
#[derive(Debug, Clone)]
pub(crate) struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Waits until the server stops.
    pub(crate) async fn asked(&mut self) {
        // An error means that the sender is gone, and with it the server.
        if self.0.wait_for(|stop| *stop).await.is_err() {
            tracing::debug!("the server is gone");
        }
    }
}

impl Tasks {
    /// No tasks yet.
    pub(crate) fn new() -> Self {
        Self { running: JoinSet::new(), stop: watch::Sender::new(false) }
    }

    /// What tells tasks when to stop.
    pub(crate) fn stop_signal(&self) -> Stop {
        Stop(self.stop.subscribe())
    }

    /// Starts a task that ends by itself once it is told to stop.
    pub(crate) fn start(&mut self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        self.running.spawn(async move {
            task.await;
            tracing::debug!(task = name, "task ended");
        });
    }

    /// Starts a task that does something again and again, with this pause, until the server stops.
    pub(crate) fn repeat<F>(
        &mut self,
        name: &'static str,
        pause: Duration,
        mut work: impl FnMut() -> F + Send + 'static,
    ) where
        F: Future<Output = ()> + Send,
    {
        let mut stop = self.stop_signal();
        self.start(name, async move {
            let mut clock = tokio::time::interval(pause);
            clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            clock.tick().await;
            loop {
                tokio::select! {
                    () = stop.asked() => return,
                    _ = clock.tick() => work().await,
                }
            }
        });
    }

    /// Tells all tasks to stop, waits this long for them, then ends those that are left.
    pub(crate) async fn stop(mut self, patience: Duration) {
        self.stop.send_replace(true);
        let all = async { while self.running.join_next().await.is_some() {} };
        if timeout(patience, all).await.is_err() {
            tracing::warn!(left = self.running.len(), "tasks did not stop in time");
            self.running.shutdown().await;
        }
    }
}
