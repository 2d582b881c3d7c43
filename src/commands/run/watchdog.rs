//! Telling the service manager that the workers are alive, and only while they are.

use std::time::Duration;

use tokio::time::sleep;

use crate::workers::Pulse;

/// How often the workers are asked within the time in which the manager wants to hear: one that answers late once is
/// not taken for dead.
const TIMES: u32 = 3;

/// Asks the workers by `pulse`, and says so by `alive` whenever all of them have answered; for ever.
pub async fn watch(pulse: &Pulse, within: Duration, alive: impl Fn()) {
    let turn = within / TIMES;
    loop {
        pulse.ask();
        sleep(turn).await;
        let silent: Vec<_> = pulse.silent().collect();
        if silent.is_empty() {
            alive();
        } else {
            tracing::error!(
                workers = ?silent,
                "workers hang: the service manager is not told that this is alive"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use tokio::time::timeout;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_is_said_as_long_as_all_of_them_answer() {
        let within = Duration::from_secs(30);
        let pulse = Pulse::of(2);
        let said = Cell::new(0);
        let watch = |time| timeout(time, watch(&pulse, within, || said.set(said.get() + 1)));
        let [first, second] = [0, 1].map(|number| tokio::spawn(pulse.answering(number).run()));
        watch(within * 2 + within / 2).await.expect_err("for ever");
        assert_eq!(said.get(), 7, "three times within that time");
        // One hangs, or has ended.
        second.abort();
        watch(within * 2).await.expect_err("for ever");
        assert_eq!(said.get(), 7);
        first.abort();
    }
}
