use super::*;

const PATIENCE: Patience = Patience {
    head: Duration::from_secs(10),
    idle: Duration::from_mins(1),
    reader: Duration::from_secs(30),
};

fn overdue_after(watch: &Watch, seconds: u64) -> Option<Overdue> {
    let now = Instant::now() + Duration::from_secs(seconds) + Duration::from_millis(1);
    watch.overdue(now)
}

#[tokio::test(start_paused = true)]
async fn each_phase_has_its_own_patience() {
    let watch = Watch::new(PATIENCE);
    assert_eq!(overdue_after(&watch, 59), None);
    assert_eq!(overdue_after(&watch, 60), Some(Overdue::Request));

    watch.bytes_read(1);
    tokio::time::advance(Duration::from_secs(5)).await;
    watch.bytes_read(2);
    assert_eq!(
        overdue_after(&watch, 5),
        Some(Overdue::Head),
        "drips don't buy time"
    );

    assert_eq!(watch.expected(), Expected::Head(3));

    watch.request_begins(Some(7));
    watch.bytes_read(3);
    assert_eq!(watch.expected(), Expected::Body(4));
    assert_eq!(watch.due(), None, "the request has deadlines of its own");

    watch.write_blocked();
    assert_eq!(overdue_after(&watch, 29), None);
    assert_eq!(overdue_after(&watch, 30), Some(Overdue::Reader));
    watch.bytes_written();
    assert_eq!(watch.due(), None);

    watch.answer_ends();
    assert_eq!(watch.due(), None);
    watch.read_blocked();
    assert_eq!(overdue_after(&watch, 60), Some(Overdue::Request));
}

#[tokio::test(start_paused = true)]
async fn between_two_requests_it_becomes_quiet_and_can_rest() {
    let watch = Watch::new(PATIENCE);
    watch.wakes();
    watch.bytes_read(1);
    assert!(!watch.is_quiet(Instant::now() + QUIET), "a head has begun");
    watch.request_begins(None);
    watch.read_blocked();
    assert!(!watch.is_quiet(Instant::now() + QUIET), "it is served");
    watch.answer_ends();
    watch.read_blocked();
    let due = watch.due().expect("it waits");
    assert_eq!(due - Instant::now(), QUIET);
    assert!(watch.is_quiet(due) && !watch.is_quiet(due - Duration::from_millis(1)));

    watch.rests();
    assert!(!watch.is_quiet(due) && watch.is_idle());
    assert_eq!(
        watch.due().expect("it waits") - Instant::now(),
        PATIENCE.idle
    );
}
