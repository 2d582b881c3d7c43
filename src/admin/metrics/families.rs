//! Samples of one name with their labels, as the encoder takes them.

use std::collections::BTreeMap;

use prometheus::proto::{self, Bucket, LabelPair, Metric, MetricFamily, MetricType};

use crate::proxy::counts::{Bounds, Distribution};

/// Samples of one name, in the order of their labels. What has the same labels is added up: two series of the same labels
/// would make Prometheus refuse them all.
#[derive(Debug)]
pub struct Family {
    told: MetricFamily,
    labels: Vec<&'static str>,
    samples: BTreeMap<Vec<String>, f64>,
    metric: fn(f64) -> Metric,
}

/// What only grows.
pub struct Counter;
/// What grows and shrinks.
pub struct Gauge;

/// A kind of metric that has one value.
pub trait Kind {
    /// What it is called.
    const TYPE: MetricType;

    /// A sample of it.
    fn metric(value: f64) -> Metric;
}

impl Kind for Counter {
    const TYPE: MetricType = MetricType::COUNTER;

    fn metric(value: f64) -> Metric {
        let mut counter = proto::Counter::default();
        counter.set_value(value);
        let mut metric = Metric::default();
        metric.set_counter(counter);
        metric
    }
}

impl Kind for Gauge {
    const TYPE: MetricType = MetricType::GAUGE;

    fn metric(value: f64) -> Metric {
        let mut gauge = proto::Gauge::default();
        gauge.set_value(value);
        Metric::from_gauge(gauge)
    }
}

impl Family {
    /// None yet, of this kind.
    pub fn new<K: Kind>(name: &str, help: &str, labels: &[&'static str]) -> Self {
        Self {
            told: named(name, help, K::TYPE),
            labels: labels.to_owned(),
            samples: BTreeMap::new(),
            metric: K::metric,
        }
    }

    /// So many more with these values of its labels.
    pub fn add(&mut self, values: &[&str], count: u64) {
        // Exact up to 2⁵³, and Prometheus has nothing else.
        #[expect(clippy::cast_precision_loss)]
        let count = count as f64;
        *self.sample(values) += count;
    }

    /// This value, with these of its labels.
    pub fn set(&mut self, values: &[&str], value: f64) {
        *self.sample(values) = value;
    }

    fn sample(&mut self, values: &[&str]) -> &mut f64 {
        debug_assert_eq!(values.len(), self.labels.len());
        let values = values.iter().map(|&value| value.to_owned()).collect();
        self.samples.entry(values).or_default()
    }

    /// All of them; `None` if there are none.
    pub fn finish(mut self) -> Option<MetricFamily> {
        let samples = self.samples.into_iter().map(|(values, value)| {
            let labels = self.labels.iter().zip(values);
            let labels = labels.map(|(&name, value)| {
                let mut label = LabelPair::default();
                label.set_name(name.to_owned());
                label.set_value(value);
                label
            });
            let mut metric = (self.metric)(value);
            metric.set_label(labels.collect());
            metric
        });
        let samples: Vec<_> = samples.collect();
        (!samples.is_empty()).then(|| {
            self.told.set_metric(samples);
            self.told
        })
    }
}

/// How long something took, of many.
pub fn histogram(name: &str, help: &str, took: &Distribution, bounds: &Bounds) -> MetricFamily {
    let buckets = took.cumulative(bounds).map(|(bound, count)| {
        let mut bucket = Bucket::default();
        bucket.set_upper_bound(bound.as_secs_f64());
        bucket.set_cumulative_count(count);
        bucket
    });
    let mut histogram = proto::Histogram::default();
    histogram.set_bucket(buckets.collect());
    histogram.set_sample_count(took.count());
    histogram.set_sample_sum(took.sum().as_secs_f64());
    let mut metric = Metric::default();
    metric.set_histogram(histogram);
    let mut family = named(name, help, MetricType::HISTOGRAM);
    family.set_metric(vec![metric]);
    family
}

fn named(name: &str, help: &str, kind: MetricType) -> MetricFamily {
    let mut family = MetricFamily::default();
    family.set_name(name.to_owned());
    family.set_help(help.to_owned());
    family.set_field_type(kind);
    family
}

#[cfg(test)]
mod tests {
    use prometheus::TextEncoder;

    use super::*;

    #[test]
    fn what_has_the_same_labels_is_one_sample_and_nothing_breaks_out_of_a_label() {
        let mut family = Family::new::<Counter>("a_total", "A.", &["b", "c"]);
        family.add(&["x", "y"], 1);
        family.add(&["\"\\\n}", ""], 0);
        family.add(&["x", "y"], 2);
        let family = family.finish().expect("there are samples");
        let text = TextEncoder::new().encode_to_string(&[family]).unwrap();
        let expected = "# HELP a_total A.\n# TYPE a_total counter\n\
                        a_total{b=\"\\\"\\\\\\n}\",c=\"\"} 0\na_total{b=\"x\",c=\"y\"} 3\n";
        assert_eq!(text, expected);
        assert!(Family::new::<Gauge>("a", "A.", &[]).finish().is_none());
    }
}
