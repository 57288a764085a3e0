//! The deadlines of one session, kept as plain instants so that no session owns a timer.

use tokio::time::Instant;

use crate::config::Config;
use crate::reason::DisconnectReason;

/// Every time limit of a session, and when the sweeper is to look next.
#[derive(Debug)]
pub(crate) struct Clock {
    heartbeat: Heartbeat,
    /// Until when some namespace must be joined.
    join_by: Option<Instant>,
    /// Until when the peer must take something of what waits.
    taken_by: Option<Instant>,
    /// Until when an event's attachments must be complete.
    attachments_by: Option<Instant>,
    /// Until when an ended session may still be read from.
    linger: Option<Instant>,
    /// The alarm that is set; others in the timers are stale.
    alarm: Option<Instant>,
    write_deadline: std::time::Duration,
    /// Reading is paused by us, so that a missing pong proves nothing.
    pub(crate) paused: bool,
    pub(crate) linger_over: bool,
}

#[derive(Clone, Copy, Debug)]
enum Heartbeat {
    PingAt(Instant),
    PongBy(Instant),
}

/// What a session has to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    Ping,
    Close(DisconnectReason),
    LingerOver,
}

impl Clock {
    pub(crate) fn new(config: &Config, now: Instant) -> Self {
        Self {
            heartbeat: Heartbeat::PingAt(now + config.ping_interval),
            join_by: Some(now + config.connect_timeout),
            taken_by: None,
            attachments_by: None,
            linger: None,
            alarm: None,
            write_deadline: config.write_deadline,
            paused: false,
            linger_over: false,
        }
    }

    pub(crate) fn pong(&mut self, now: Instant, config: &Config) {
        if let Heartbeat::PongBy(_) = self.heartbeat {
            self.heartbeat = Heartbeat::PingAt(now + config.ping_interval);
        }
    }

    pub(crate) fn joined(&mut self) {
        self.join_by = None;
    }

    pub(crate) fn left(&mut self, now: Instant, config: &Config) {
        self.join_by = Some(now + config.connect_timeout);
    }

    /// Something waits that the peer has not taken.
    pub(crate) fn stalled(&mut self, now: Instant) {
        self.taken_by.get_or_insert(now + self.write_deadline);
    }

    pub(crate) fn progressed(&mut self, now: Instant) {
        self.taken_by = Some(now + self.write_deadline);
    }

    pub(crate) fn flowing(&mut self) {
        self.taken_by = None;
    }

    pub(crate) fn attachments_until(&mut self, deadline: Option<Instant>) {
        self.attachments_by = deadline;
    }

    pub(crate) fn linger_until(&mut self, deadline: Instant) {
        self.linger = Some(deadline);
        self.linger_over = false;
    }

    /// The next alarm to set, if it is earlier than the one that is set.
    pub(crate) fn alarm(&mut self) -> Option<Instant> {
        let next = self.next();
        if self.alarm.is_some_and(|set| set <= next) {
            return None;
        }
        self.alarm = Some(next);
        Some(next)
    }

    fn next(&self) -> Instant {
        if let Some(linger) = self.linger {
            return linger;
        }
        let (Heartbeat::PingAt(beat) | Heartbeat::PongBy(beat)) = self.heartbeat;
        [self.join_by, self.taken_by, self.attachments_by].into_iter().flatten().fold(beat, Instant::min)
    }

    /// The most important thing that is due, if any; clears the alarm that brought us here.
    pub(crate) fn tick(&mut self, now: Instant, config: &Config) -> Option<Due> {
        if self.alarm.is_some_and(|at| at <= now) {
            self.alarm = None;
        }
        let passed = |deadline: Option<Instant>| deadline.is_some_and(|at| at <= now);
        if self.linger.is_some() {
            if !passed(self.linger) || self.linger_over {
                return None;
            }
            self.linger_over = true;
            // Nothing follows, so the next alarm is put out of reach of this tick.
            self.linger = Some(now + config.ping_interval);
            return Some(Due::LingerOver);
        }
        if passed(self.taken_by) {
            return Some(Due::Close(DisconnectReason::SlowReader));
        }
        if passed(self.attachments_by) {
            return Some(Due::Close(DisconnectReason::ProtocolError));
        }
        if passed(self.join_by) {
            return Some(Due::Close(DisconnectReason::ConnectTimeout));
        }
        self.beat(now, config)
    }

    fn beat(&mut self, now: Instant, config: &Config) -> Option<Due> {
        match self.heartbeat {
            Heartbeat::PingAt(at) if at <= now => {
                // Counted from when the ping was due, so that a late sweeper grants no extra time.
                self.heartbeat = Heartbeat::PongBy(at + config.ping_timeout);
                Some(Due::Ping)
            }
            Heartbeat::PongBy(at) if at <= now && self.paused => {
                self.heartbeat = Heartbeat::PongBy(now + config.ping_timeout);
                None
            }
            Heartbeat::PongBy(at) if at <= now => Some(Due::Close(DisconnectReason::PingTimeout)),
            _ => None,
        }
    }
}
