//! What Envoy calls.

use std::pin::Pin;
use std::sync::Arc;

use envoy_types::pb::envoy::service::ext_proc::v3::external_processor_server::ExternalProcessor;
use envoy_types::pb::envoy::service::ext_proc::v3::{ProcessingRequest, ProcessingResponse};
use futures_util::{Stream, stream};
use hooksieve::proxy::counts::Counter;
use hooksieve::proxy::{Serving, Shared};
use hooksieve::transport::Peer;
use tokio::sync::{Semaphore, watch};
use tonic::{Request, Response, Status, Streaming};

use crate::exchange::Exchange;

/// What is said to Envoy of one request.
type Answers = Pin<Box<dyn Stream<Item = Result<ProcessingResponse, Status>> + Send>>;

/// What all requests are decided with.
#[derive(Debug)]
pub struct Desk {
    /// The version that is in force.
    pub serving: watch::Receiver<Arc<Serving>>,
    /// What no version owns.
    pub shared: Arc<Shared>,
    /// What requests are counted with, if anybody is to ask.
    pub counter: Option<Arc<Counter>>,
    /// A place for each request that may be in hand at once.
    pub places: Arc<Semaphore>,
}

/// The external processor.
#[derive(Clone, Debug)]
pub struct Processor(Arc<Desk>);

impl Processor {
    /// One that decides with this.
    pub fn new(desk: Desk) -> Self {
        Self(Arc::new(desk))
    }
}

#[tonic::async_trait]
impl ExternalProcessor for Processor {
    type ProcessStream = Answers;

    async fn process(
        &self,
        request: Request<Streaming<ProcessingRequest>>,
    ) -> Result<Response<Answers>, Status> {
        let envoy = request.extensions().get::<Peer>();
        let envoy = envoy.copied().unwrap_or(Peer::Local);
        let messages = request.into_inner();
        let exchange = Exchange::new(self.0.clone(), envoy);
        let answers = stream::try_unfold((messages, exchange), next);
        Ok(Response::new(Box::pin(answers)))
    }
}

type Open = (Streaming<ProcessingRequest>, Exchange);

/// The answer to the next message, until there are no more or no more is to be said. The line of the request is written
/// when this lets go of it.
async fn next(
    (mut messages, mut exchange): Open,
) -> Result<Option<(ProcessingResponse, Open)>, Status> {
    if exchange.is_over() {
        return Ok(None);
    }
    let message = match messages.message().await {
        Ok(Some(message)) => message,
        Ok(None) => return Ok(None),
        // An exchange that ends well before it is over would have Envoy go on without an answer.
        Err(status) => {
            exchange.broke_off(&status);
            return Err(status);
        }
    };
    let answer = exchange.answer(message).await?;
    Ok(Some((answer, (messages, exchange))))
}
