#pragma once
// The till as the simulated terminal sees it: APDUs over TCP as they are, or over a serial line in frames
// with ACK and NAK. Used by one thread.

#include <atomic>
#include <memory>
#include <optional>

#include "payment/card_terminal/apdu.h"

namespace mulin::testing {

class ZvtPeer {
  public:
    ZvtPeer(int fd, const std::atomic<bool>& stop) : fd_(fd), stop_(stop) {}
    virtual ~ZvtPeer() = default;
    virtual bool send(const payment::zvt::Apdu& apdu) = 0;
    virtual std::optional<payment::zvt::Apdu> receive(int wait_ms) = 0;
    bool gone() const { return gone_; }
    bool send_raw(const payment::zvt::Bytes& bytes);
    void sleep_ms(int ms);
    // Says something and waits for the till's 80 00 00.
    bool tell(const payment::zvt::Apdu& apdu);
    bool pending_abort = false;

  protected:
    // Bytes, or none when the time is over or the till is gone.
    payment::zvt::Bytes read(int wait_ms);

  private:
    int fd_;
    const std::atomic<bool>& stop_;
    bool gone_ = false;
};

std::unique_ptr<ZvtPeer> zvt_tcp_peer(int fd, const std::atomic<bool>& stop);
std::unique_ptr<ZvtPeer> zvt_serial_peer(int fd, const std::atomic<bool>& stop);

}  // namespace mulin::testing
